/** The whole look of the widget, within its shadow root: nothing of the page reaches in, nothing of it gets out. */
export const STYLES = `
:host { all: initial; }
.root {
  --accent: #4f46e5; --on-accent: #fff;
  --bg: #fff; --text: #18181b; --muted: #5d5d68; --line: #e3e3e7; --own: #eef0ff; --danger: #b91c1c;
  font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif;
  color: var(--text); position: fixed; bottom: 20px; right: 20px; z-index: 2147483000;
}
.root.left { right: auto; left: 20px; }
.root.dark {
  --accent: #8e8bff; --on-accent: #0e0e1a;
  --bg: #16161a; --text: #ededf0; --muted: #a0a0ad; --line: #34343d; --own: #21204a; --danger: #ff8f8f;
}
* { box-sizing: border-box; }
button { font: inherit; cursor: pointer; border: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.launch {
  width: 56px; height: 56px; border-radius: 50%; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 6px 24px rgb(0 0 0 / .25); display: grid; place-items: center; margin-left: auto;
}
.left .launch { margin-left: 0; margin-right: auto; }
svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.panel {
  width: min(380px, calc(100vw - 40px)); height: min(560px, calc(100vh - 120px)); margin-bottom: 12px;
  background: var(--bg); border: 1px solid var(--line); border-radius: 16px; overflow: hidden;
  box-shadow: 0 12px 48px rgb(0 0 0 / .22); display: flex; flex-direction: column;
}
.panel[hidden] { display: none; }
header { display: flex; align-items: center; gap: 8px; padding: 12px 12px 12px 16px; border-bottom: 1px solid var(--line); }
h2 { font-size: 16px; font-weight: 600; margin: 0; flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.icon { background: none; color: var(--muted); width: 32px; height: 32px; border-radius: 8px; display: grid; place-items: center; }
.icon:hover { background: var(--line); color: var(--text); }
.icon svg { width: 18px; height: 18px; }
.log { flex: 1; overflow-y: auto; padding: 16px; display: flex; flex-direction: column; gap: 10px; }
.message { max-width: 88%; padding: 8px 12px; border-radius: 14px; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer { align-self: flex-start; border: 1px solid var(--line); }
.own { align-self: flex-end; background: var(--own); }
.problem { align-self: stretch; max-width: none; color: var(--danger); border: 1px solid currentColor; }
.waiting::after { content: "…"; color: var(--muted); }
form { display: flex; gap: 8px; padding: 12px; border-top: 1px solid var(--line); align-items: flex-end; }
textarea {
  flex: 1; font: inherit; color: inherit; background: transparent; border: 1px solid var(--muted); border-radius: 10px;
  padding: 8px 10px; resize: none; max-height: 120px; min-height: 42px;
}
textarea::placeholder { color: var(--muted); opacity: 1; }
.send { background: var(--accent); color: var(--on-accent); height: 42px; padding: 0 14px; border-radius: 10px; font-weight: 600; }
.send:disabled { opacity: .6; cursor: default; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) {
  .root.open { inset: 0; }
  .root.open .panel { width: 100%; height: 100%; margin: 0; border: 0; border-radius: 0; }
  .root.open .launch { display: none; }
}
`;
