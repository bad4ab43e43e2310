import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './process.js';

/** What n8n in queue mode needs: a real Redis and a real Postgres, each with a folder of its own. */
export interface QueueServers {
  env: Record<string, string>;
  stop(): Promise<void>;
}

export async function startQueueServers(): Promise<QueueServers> {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-queue-'));
  const [redisPort, postgresPort] = [await freePort(), await freePort()];
  const redis = new ServerProcess('Redis', 'redis-server', [
    ...['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no'],
  ]);
  const postgres = await startPostgres(folder, postgresPort);
  await Promise.all([
    redis.saysThat(/Ready to accept connections/),
    postgres.saysThat(/database system is ready to accept connections/),
  ]);
  return {
    env: {
      EXECUTIONS_MODE: 'queue',
      QUEUE_BULL_REDIS_HOST: '127.0.0.1',
      QUEUE_BULL_REDIS_PORT: String(redisPort),
      DB_TYPE: 'postgresdb',
      DB_POSTGRESDB_HOST: '127.0.0.1',
      DB_POSTGRESDB_PORT: String(postgresPort),
      DB_POSTGRESDB_DATABASE: 'postgres',
      DB_POSTGRESDB_USER: 'n8n',
    },
    async stop() {
      // SIGINT is Postgres' fast shutdown: it does not wait for clients to leave.
      await Promise.all([redis.stop(), postgres.stop('SIGINT')]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root; its Debian package has brought a user for it. */
async function startPostgres(folder: string, port: number): Promise<ServerProcess> {
  const bin = await binaries();
  const data = join(folder, 'postgres');
  await mkdir(data);
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid && user.gid) {
    await chown(folder, user.uid, user.gid);
    await chown(data, user.uid, user.gid);
  }
  const options = { cwd: folder, ...user };
  const init = ['-D', data, '-U', 'n8n', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(bin, 'initdb'), init, { stdio: 'pipe', ...options });
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  return new ServerProcess('Postgres', join(bin, 'postgres'), args, options);
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

/** Debian keeps them out of the PATH, in a folder for each version. */
async function binaries(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql');
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return join('/usr/lib/postgresql', newest ?? '', 'bin');
}
