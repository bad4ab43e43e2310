import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

/** Loads the built package the way n8n's loader does: by the files that package.json lists, one class in each. */
const repository = resolve(import.meta.dirname, '..');
const folder = join(repository, 'packages/n8n-nodes');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const files: string[] = [...manifest.n8n.credentials, ...manifest.n8n.nodes];

interface Loaded {
  name?: string;
  displayName?: string;
  icon?: string | { light: string; dark: string };
  properties?: { name: string; type: string; typeOptions?: { password?: boolean } }[];
  description?: Loaded;
}

/** Credentials and nodes are built to `<class name>.<credentials or node>.js`; they are loaded by a Node.js of their own. */
function load(file: string): Loaded {
  const [className = ''] = basename(file).split('.');
  const path = JSON.stringify(join(folder, file));
  const script = `process.stdout.write(JSON.stringify(new (require(${path}).${className})()))`;
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    }),
  );
}

beforeAll(() => {
  execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' });
}, 60_000);

describe('the n8n package', () => {
  it('lists files that it ships', () => {
    expect(files).not.toHaveLength(0);
    for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true);
    expect(manifest.files).toContain('dist');
  });

  it.each(files)('%s is a class of that name with a name and display name', (file) => {
    const loaded = load(file);
    const described = loaded.description ?? loaded;
    expect(described.name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(described.displayName).toBeTruthy();
  });

  it.each(files)('%s has icons for both themes inside the package', (file) => {
    const loaded = load(file);
    const { icon } = loaded.description ?? loaded;
    if (typeof icon !== 'object') throw new Error('one icon for each theme is wanted');
    for (const reference of [icon.light, icon.dark]) {
      const path = resolve(folder, dirname(file), reference.replace('file:', ''));
      expect(relative(join(folder, 'dist'), path)).not.toMatch(/^\.\./);
      expect(readFileSync(path, 'utf8')).toContain('<svg');
    }
  });

  it('hides every secret of the credential', () => {
    const properties = load('dist/credentials/WhatsAppDeviceApi.credentials.js').properties ?? [];
    const hidden = properties.filter(({ typeOptions }) => typeOptions?.password).map(({ name }) => name);
    expect(hidden).toEqual(['token', 'encryptionSecret']);
  });
});
