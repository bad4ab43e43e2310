import { useState } from 'preact/hooks';

/** Asks for a token of the gateway. */
export function SignIn({ onToken }: { onToken: (token: string) => Promise<void> }) {
  const [error, setError] = useState('');
  const [isBusy, setBusy] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget as HTMLFormElement).get('token') ?? '').trim();
    setBusy(true);
    onToken(token)
      .catch((thrown: Error) => setError(thrown.message))
      .finally(() => setBusy(false));
  };
  return (
    <form class="sign-in card" onSubmit={submit}>
      <h1>Wharf</h1>
      <label for="token">Token of this gateway</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
      <p class="muted">It was printed when the gateway was started for the first time.</p>
      <p class="error" role="alert">
        {error}
      </p>
      <button type="submit" disabled={isBusy}>
        Sign in
      </button>
    </form>
  );
}
