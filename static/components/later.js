// Everything that opens over or beside the first screen. It comes after it, see load-later.js.
export { Arrival } from './arrival.js';
export { CwChatMenu } from './cw-chat-menu.js';
export { CwDetails } from './cw-details.js';
export { CwGroupForm } from './cw-group-form.js';
export { CwInfo } from './cw-info.js';
export { CwJump } from './cw-jump.js';
export { CwKeys } from './cw-keys.js';
export { CwMenu } from './cw-menu.js';
export { CwPicker } from './cw-picker.js';
export { CwReactors } from './cw-reactors.js';
export { CwSearch } from './cw-search.js';
export { CwSettings } from './cw-settings.js';
export { MentionList } from './mention-list.js';
export { placeWord } from './search-filters.js';
export { SearchPlace } from './search-place.js';
export { withFilter } from '../lib/query.js';
