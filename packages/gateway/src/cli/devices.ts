import { Command } from 'commander';
import { print, printJson, printTable, stateText } from './output.js';
import { type Place, withDevices, withPlace } from './place.js';

type Options = Place & { json?: boolean; name?: string; yes?: boolean };

export function devicesCommand(): Command {
  const devices = new Command('devices').description('lists devices, makes them and removes them');
  devices.addCommand(
    withPlace(new Command('list').description('every device with its state'))
      .option('--json', 'print an array')
      .action((options: Options) => list(options)),
    { isDefault: true },
  );
  devices.addCommand(
    withPlace(new Command('create').description('makes a device').argument('<id>'))
      .option('--name <name>', 'what it is called')
      .option('--json', 'print the device')
      .action((id: string, { name, json, ...place }: Options) =>
        withDevices(place, { run: 'never', isMade: true }, async (host) => {
          const device = await host.act('device.create', { id, ...(name ? { name } : {}) });
          if (json) printJson(device);
          else print(`The device ${device.id} is there. Link it: wharf login ${device.id}`);
        }),
      ),
  );
  devices.addCommand(
    withPlace(new Command('logout').description('unlinks a device from its account').argument('<id>')).action(
      (id: string, place: Options) =>
        withDevices(place, { run: 'always' }, async (host) => {
          await host.act('device.logout', { deviceId: id });
          print(`The device ${id} is logged out.`);
        }),
    ),
  );
  devices.addCommand(
    withPlace(
      new Command('remove').description('removes a device with all that is stored of it').argument('<id>'),
    )
      .requiredOption('--yes', 'say that this is meant: messages and contacts of the device are deleted')
      .action((id: string, place: Options) =>
        withDevices(place, { run: 'always' }, async (host) => {
          await host.act('device.remove', { deviceId: id });
          print(`The device ${id} is removed.`);
        }),
      ),
  );
  return devices;
}

function list({ json, ...place }: Options): Promise<void> {
  return withDevices(place, { run: 'never' }, async (host) => {
    const devices = await host.act('device.list', {});
    if (json) return printJson(devices);
    printTable(
      ['ID', 'STATE', 'NUMBER', 'NAME'],
      devices.map(({ id, state, account, name }) => [
        id,
        stateText(state),
        account ? `+${account.phone}` : '',
        name ?? '',
      ]),
    );
  });
}
