/** What came of a stream. `refused`: there is none to be had now. `elsewhere`: another page has taken its place. */
export type EndOfStream = 'over' | 'refused' | 'elsewhere'

/** The part of an answer of `fetch` that is read here. */
export type StreamAnswer = {
  readonly ok: boolean
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
}

/**
 * Reads an answer of `text/event-stream` to its end. `onEvent` gets the data of each event; `onAlive` is called for
 * whatever arrives. Rejects when the connection breaks.
 */
export async function readEvents(
  answer: StreamAnswer,
  onEvent: (data: unknown) => void,
  onAlive: () => void,
): Promise<EndOfStream> {
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!answer.ok || !isStream || answer.body === null) return 'refused'
  const reader = answer.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return 'over'
    onAlive()
    text += decoder.decode(value, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = readBlock(block)
      if (event.name === 'elsewhere') return 'elsewhere'
      if (event.data !== '') onEvent(JSON.parse(event.data))
    }
  }
}

function readBlock(block: string): { readonly name: string; readonly data: string } {
  const lines = block.split('\n')
  const after = (field: string) =>
    lines.filter((line) => line.startsWith(field)).map((line) => line.slice(field.length))
  return { name: after('event: ').join(''), data: after('data: ').join('\n') }
}
