import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const core = join(root, 'packages/core/src');

interface Import {
  from: string;
  to: string;
  isTypeOnly: boolean;
  isDynamic: boolean;
}

/** The TypeScript sources below a folder, tests left out. */
const sourcesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) =>
        /\.m?ts$/.test(name) && !/(^|\/)test-|\.(test|d)\.ts$/.test(name) && !name.includes('node_modules'),
    )
    .map((name) => join(root, folder, name));

/** What a file imports: package names as they are, files of the project as absolute paths. */
function importsOf(file: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, { isTypeOnly = false, isDynamic = false }) =>
    imports.push({
      from: file,
      to: specifier.startsWith('.') ? resolve(dirname(file), specifier.replace(/\.js$/, '.ts')) : specifier,
      isTypeOnly,
      isDynamic,
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, {
        isTypeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
      });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node.moduleSpecifier.text, { isTypeOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(argument.text, { isDynamic: true });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) add(node.argument.literal.text, { isTypeOnly: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true));
  return imports;
}

const coreImports = sourcesOf('packages/core/src').flatMap(importsOf);
const where = (path: string): string => relative(core, path);
const partOf = (path: string): string => {
  const [first = '', second = ''] = where(path).split('/');
  return first === 'store' || first === 'wire'
    ? second.endsWith('.ts')
      ? first
      : `${first}/${second}`
    : first;
};
const show = ({ from, to }: Import): string => `${where(from)} -> ${to.startsWith('/') ? where(to) : to}`;

/** Which parts a part of core may import, as in the architecture, section 2. Everybody may import `util` and `bounds.ts`. */
const allowed: Record<string, string[]> = {
  types: [],
  util: [],
  'bounds.ts': [],
  'node-version.ts': ['errors'],
  errors: ['types'],
  events: ['types', 'errors', 'store'],
  store: ['types', 'errors', 'events'],
  wire: ['types', 'errors', 'store'],
  'store/encryption': ['types', 'errors', 'store'],
  'store/sqlite': ['types', 'errors', 'events', 'store', 'store/encryption'],
  'wire/signal': ['types', 'errors', 'store', 'wire'],
  'wire/baileys': ['types', 'errors', 'store', 'wire', 'wire/signal'],
  inbox: ['types', 'errors', 'events', 'store', 'wire'],
  outbox: ['types', 'errors', 'events', 'store', 'wire'],
  media: ['types', 'errors', 'store', 'wire'],
  webhooks: ['types', 'errors', 'events', 'store'],
  automation: ['types', 'errors', 'events', 'store', 'wire', 'outbox'],
  device: ['types', 'errors', 'events', 'store', 'wire', 'inbox', 'outbox', 'media', 'automation'],
  actions: ['types', 'errors', 'events', 'store', 'wire', 'inbox', 'outbox', 'device', 'manager.ts'],
};

describe('the imports of core', () => {
  it('point the way the architecture says', () => {
    const wrong = coreImports.filter(({ from, to }) => {
      const rules = allowed[partOf(from)];
      if (!rules || !to.startsWith('/')) return false;
      const target = partOf(to);
      return ![partOf(from), 'util', 'bounds.ts', ...rules].includes(target);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('name each driver in its own folder only', () => {
    const homes: Record<string, string[]> = {
      'better-sqlite3-multiple-ciphers': ['store/sqlite'],
      '@whiskeysockets/baileys': ['wire/baileys'],
      '@hapi/boom': ['wire/baileys'],
      'whatsapp-rust-bridge': ['wire/signal'],
    };
    const wrong = coreImports.filter(({ from, to }) => homes[to] && !homes[to].includes(partOf(from)));
    expect(wrong.map(show)).toEqual([]);
  });

  it('load Baileys and SQLite when they are needed, not with the package', () => {
    const reached = new Set<string>();
    const packages = new Set<string>();
    const follow = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { to, isTypeOnly, isDynamic } of importsOf(file)) {
        if (isTypeOnly || isDynamic) continue;
        if (to.startsWith('/')) follow(to);
        else packages.add(to);
      }
    };
    follow(join(core, 'index.ts'));
    expect([...packages].filter((name) => !name.startsWith('node:')).sort()).toEqual(['re2js', 'zod']);
  });

  it('have no cycle', () => {
    const edges = Map.groupBy(
      coreImports.filter(({ to, isTypeOnly }) => to.startsWith('/') && !isTypeOnly),
      ({ from }) => from,
    );
    const done = new Set<string>();
    const walk = (file: string, path: string[]): string[] | undefined => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return undefined;
      for (const { to } of edges.get(file) ?? []) {
        const cycle = walk(to, [...path, file]);
        if (cycle) return cycle;
      }
      done.add(file);
      return undefined;
    };
    for (const file of edges.keys()) expect(walk(file, [])?.map(where)).toBeUndefined();
  });
});

describe('the adapters', () => {
  it('import the public door of core and nothing beneath it', () => {
    const files = [
      'packages/node-red-nodes/src',
      'packages/n8n-nodes/src',
      'packages/gateway/src',
      'packages/client/src',
      'credentials',
    ]
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap(sourcesOf);
    const wrong = files
      .flatMap(importsOf)
      .filter(
        ({ to }) => to.startsWith('@wharf/core/') || to.startsWith(core) || to === '@whiskeysockets/baileys',
      );
    expect(wrong.map(({ from, to }) => `${relative(root, from)} -> ${to}`)).toEqual([]);
  });
});

describe('a source file', () => {
  it('has at the most 350 lines', () => {
    const long = [
      'packages/core/src',
      'packages/simulator/src',
      'packages/node-red-nodes/src',
      'packages/gateway/src',
      'packages/client/src',
      'packages/n8n-nodes/src',
    ]
      .flatMap(sourcesOf)
      .map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });
});

describe('a log line of core', () => {
  it('says of an error which one it is, and never what it says', () => {
    const calls = sourcesOf('packages/core/src').flatMap(
      (file) => readFileSync(file, 'utf8').match(/logger\.(debug|info|warn|error)\([^;]*;/g) ?? [],
    );
    expect(calls.length).toBeGreaterThan(5);
    const quoting = /String\(|\.message\b|\.stack\b|\$\{(error|reason)\}|JSON\.stringify/;
    expect(calls.filter((call) => quoting.test(call))).toEqual([]);
  });
});
