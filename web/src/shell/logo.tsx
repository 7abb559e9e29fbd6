export function Logo() {
  return (
    <span className="flex items-center gap-2 font-semibold">
      <img src="/icon.svg" alt="" width={22} height={22} />
      Muster
    </span>
  );
}
