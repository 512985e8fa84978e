/** One message on the demo phone, as its JSON has it. */
export type DemoMessage = {
  readonly id: string
  readonly kind: 'sms' | 'call' | 'email' | 'notification'
  readonly to: string
  readonly user: string
  readonly subject?: string
  readonly text: string
  readonly code?: string
  readonly state: string
}

/** The demo phone of a running service, over HTTP as a person's script would use it. */
export function demoPhone(httpPort: number) {
  const base = `http://127.0.0.1:${httpPort}/demo/messages`

  async function list(): Promise<readonly DemoMessage[]> {
    const response = await fetch(base)
    return (await response.json()) as readonly DemoMessage[]
  }

  /** Gives the status of the reply. */
  async function answer(id: string, body: object): Promise<number> {
    const response = await fetch(`${base}/${id}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }

  return {
    list,

    /** Waits for a message of this kind to this person that is newer than the `after` last ones. */
    async next(kind: DemoMessage['kind'], user: string, after = 0): Promise<DemoMessage> {
      for (let tries = 0; tries < 250; tries += 1) {
        const found = (await list()).filter(
          (message) => message.kind === kind && message.user === user,
        )
        const newest = found[0]
        if (newest !== undefined && found.length > after) return newest
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      throw new Error(`no ${kind} reached ${user}`)
    },

    /** How many calls there have been, to anyone. */
    async calls(): Promise<number> {
      return (await list()).filter(({ kind }) => kind === 'call').length
    },

    press: (id: string, keys: string) => answer(id, { keys }),
    hangUp: (id: string) => answer(id, { hangUp: true }),
  }
}
