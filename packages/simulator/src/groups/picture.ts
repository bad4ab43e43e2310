import type { Account } from '../accounts/account.js';
import type { Group } from './group.js';
import { changeSettings } from './settings.js';

/**
 * Gives a group a picture, a JPEG, or takes it away.
 *
 * @returns the id of the picture, if there is one now.
 * @throws SimulatorError 403 for somebody who may not change the group.
 */
export function setGroupPicture(group: Group, by: Account, picture?: Uint8Array): string | undefined {
  const pictureId = picture && group.directory.media?.pictures.put(picture);
  changeSettings(group, by, { pictureId: pictureId ?? '' });
  return pictureId;
}
