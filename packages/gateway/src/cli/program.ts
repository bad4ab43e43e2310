import { createRequire } from 'node:module';
import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { devicesCommand } from './devices.js';
import { eventsCommand } from './events.js';
import { loginCommand } from './login.js';
import { sendCommand } from './send.js';
import { serveCommand } from './serve.js';
import { storageSubcommands } from './storage.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const SEE_HELP = 'See --help.';

/** The command `wharf`. Results go to stdout, everything else to stderr; it ends with 0, 1, 2 for a wrong call, 130 by Ctrl-C. */
export function makeProgram(): Command {
  const program = new Command('wharf')
    .description(
      'WhatsApp devices from the command line: at a gateway (--url), or in a storage folder (--storage).',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError(SEE_HELP)
    .addHelpText(
      'after',
      '\nWHARF_URL and WHARF_TOKEN say which gateway, WHARF_STORAGE which folder.\nCompletion: source <(wharf completion bash), and likewise zsh, fish and powershell.',
    );
  const commands = [
    serveCommand(),
    devicesCommand(),
    loginCommand(),
    sendCommand(),
    eventsCommand(),
    ...storageSubcommands(),
  ];
  for (const command of commands) program.addCommand(inherit(command));
  tab(program, { completionCommandName: 'completion' });
  return program;
}

/** Commands that are made apart do not take over by themselves how their program ends and helps. */
function inherit(command: Command): Command {
  command.exitOverride().showHelpAfterError(SEE_HELP);
  for (const each of command.commands) inherit(each);
  return command;
}
