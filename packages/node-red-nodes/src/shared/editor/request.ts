/** What an admin route says when it refuses. */
export interface Refusal {
  status: number;
  message: string | undefined;
}

/** Asks an admin route. Relative and through jQuery: only then the editor adds the user's token. */
export async function request<Answer>(
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Answer | Refusal> {
  const data = body && { data: JSON.stringify(body), contentType: 'application/json' };
  try {
    return (await $.ajax({ method, url: path, dataType: 'json', ...data })) as Answer;
  } catch (failed) {
    const { status, responseJSON } = failed as JQuery.jqXHR<{ message?: string }>;
    return { status, message: responseJSON?.message };
  }
}

export function isRefusal(answer: object): answer is Refusal {
  return 'status' in answer && typeof answer.status === 'number' && 'message' in answer;
}
