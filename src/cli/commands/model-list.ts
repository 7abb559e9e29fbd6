import type { Fields } from '../client/fields.ts';
import { defineCommand } from '../command.ts';
import { json } from '../flags.ts';
import { dollars } from '../format.ts';
import { printList } from '../print-list.ts';

export const modelList = defineCommand({
  name: 'model list',
  summary: 'List the models that agents can have.',
  details: 'Prices are in US dollars for a million tokens; an agent needs a model with a price.',
  options: {
    all: { type: 'boolean', help: 'Also those whose provider is not switched on.' },
    json,
  },
  async run({ values }, cli) {
    const models = cli.connect().list('/api/v1/models', 'models');
    await printList(cli, values.json, values.all ? models : availableOf(models), {
      none: 'There are no models.',
      columns: {
        model: (model) => model.text('id'),
        input: (model) => price(model, 'input_usd_per_million'),
        output: (model) => price(model, 'output_usd_per_million'),
        ...(values.all && { callable: (model: Fields) => (model.isTrue('available') ? 'yes' : 'no') }),
        name: (model) => model.text('name'),
      },
    });
  },
});

/** They come first. */
async function* availableOf(models: AsyncIterable<Fields>): AsyncGenerator<Fields> {
  for await (const model of models) {
    if (!model.isTrue('available')) return;
    yield model;
  }
}

function price(model: Fields, name: string): string {
  return model.has('price') ? dollars(model.object('price').number(name)) : '-';
}
