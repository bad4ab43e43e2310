import type { INodeType, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { testWhatsAppDevice } from '../../shared/credential-test.js';
import { listSearch } from '../../shared/list-search.js';
import { description } from './description.js';
import { listen } from './listen.js';

export class WhatsAppDeviceTrigger implements INodeType {
  description = description;

  methods = { credentialTest: { testWhatsAppDevice }, listSearch };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    return listen(this);
  }
}
