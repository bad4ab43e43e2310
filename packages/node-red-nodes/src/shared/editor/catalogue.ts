import type { Catalogue } from '../form-field.js';
import { isRefusal, request } from './request.js';

let asked: Promise<Catalogue> | undefined;

/** What forms are made from; asked for once, and again after a failure. */
export function catalogue(): Promise<Catalogue> {
  asked ??= request<Catalogue>('GET', 'wharf-catalogue').then((answer) => {
    if (!isRefusal(answer)) return answer;
    asked = undefined;
    return { actions: [], contents: [], kinds: [], events: [] };
  });
  return asked;
}
