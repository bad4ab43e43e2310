/** A field of a form, made from a JSON Schema; the editor draws it and the runtime reads it. */
export interface FormField {
  name: string;
  type: 'text' | 'number' | 'boolean' | 'choice' | 'list' | 'json';
  isRequired: boolean;
  /** What it names, where an editor can help: a chat, several, or a file. */
  role?: 'chat' | 'chats' | 'media';
  options?: string[];
  description?: string;
}

/** What the editor's forms are made from; the answer of `GET wharf-catalogue`. */
export interface Catalogue {
  actions: { name: string; title: string; description: string; fields: FormField[] }[];
  /** What can be sent. */
  contents: { kind: string; fields: FormField[] }[];
  /** Every kind a message may be of. */
  kinds: string[];
  /** What can happen, but for messages. */
  events: string[];
}
