import packageJson from '../../package.json' with { type: 'json' };

export function versionText(): string {
  return packageJson.version;
}
