import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';
import { testWhatsAppDevice } from '../../shared/credential-test.js';
import { listSearch } from '../../shared/list-search.js';
import { description } from './description.js';
import { executeOperation } from './execute.js';

export class WhatsAppDevice implements INodeType {
  description = description;

  methods = { credentialTest: { testWhatsAppDevice }, listSearch };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return executeOperation(this);
  }
}
