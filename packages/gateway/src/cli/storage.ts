import { runStorageCommand, storageCommands } from '@wharf/core';
import { Command } from 'commander';

const descriptions: Record<(typeof storageCommands)[number], string> = {
  backup: 'copies a storage folder, also while it is in use',
  decrypt: 'decrypts a storage folder',
  encrypt: 'encrypts a storage folder',
  rekey: 'changes the key of an encrypted storage folder',
};

/** What core does with storage folders, with core's own options: `wharf-storage` of the other packages is the same. */
export const storageSubcommands = (): Command[] =>
  storageCommands.map((name) =>
    new Command(name)
      .description(descriptions[name])
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action((_options: object, command: Command) => runStorageCommand([name, ...command.args])),
  );
