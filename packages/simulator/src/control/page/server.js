/** Asks the control API; a refusal becomes an Error with its sentence. */
export async function call(method, path, body) {
  const init = body
    ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    : { method };
  const response = await fetch(path, init);
  const answer = response.status === 204 ? undefined : await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

/** Follows what happens on the server: `{ eventName: listener }`; `open` comes again after every interruption. */
export function follow(listeners) {
  const events = new EventSource('/events');
  for (const [name, listener] of Object.entries(listeners)) {
    events.addEventListener(name, ({ data }) => listener(data && JSON.parse(data)));
  }
}
