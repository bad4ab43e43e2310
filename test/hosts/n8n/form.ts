interface Property {
  name: string;
  type: string;
  displayOptions?: { show?: Record<string, unknown[]> };
  options?: Property[];
}

/** The form of the action node, filled in as a person would: from its description in n8n, with the input of an action. */
export class Form {
  constructor(private readonly description: { properties: Property[] }) {}

  /** The operations that the node offers, as actions are named. */
  get operations(): string[] {
    return this.description.properties
      .filter(({ name }) => name === 'operation')
      .flatMap(({ displayOptions, options = [] }) => {
        const [resource] = displayOptions?.show?.resource ?? [];
        return options.map((option) => `${resource}.${(option as unknown as { value: string }).value}`);
      });
  }

  parameters(action: string, input: Record<string, unknown>): Record<string, unknown> {
    const [resource = '', operation = ''] = action.split('.');
    const shown = this.description.properties.filter(({ displayOptions }) => {
      const { show = {} } = displayOptions ?? {};
      return show.resource?.includes(resource) && show.operation?.includes(operation);
    });
    if (!this.operations.includes(action)) throw new Error(`The node has no operation ${action}.`);
    const parameters: Record<string, unknown> = { resource, operation };
    const additional: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(input)) {
      const property = shown.find((one) => one.name === name);
      const further = shown
        .filter(({ type }) => type === 'collection')
        .map((one) => [one.name, one.options?.find((option) => option.name === name)] as const)
        .find(([, option]) => option);
      if (property) parameters[name] = written(property, value);
      else if (further?.[1]) {
        additional[name] = written(further[1], value);
        parameters[further[0]] = additional;
      } else throw new Error(`${action} has no field "${name}" on the form of the node.`);
    }
    return parameters;
  }
}

function written({ type, name }: Property, value: unknown): unknown {
  if (type === 'resourceLocator') return { __rl: true, mode: 'id', value };
  if (type === 'json') return JSON.stringify(value);
  if (type === 'number' && name.endsWith('Ms') && typeof value === 'number') return value / 1_000;
  return Array.isArray(value) ? value.join(', ') : value;
}
