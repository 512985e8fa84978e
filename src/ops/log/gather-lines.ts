import { Writable } from 'node:stream'

/** What may wait for a reader that has stopped reading, such as a stopped `less`: about 16,000 sign-ins. */
const maxWaitingBytes = 8 * 1024 * 1024

/**
 * Hands lines on in one piece at the end of each turn of the event loop, before anything that comes from
 * outside is looked at. Under load dozens of sign-ins end in one turn, and a write into a file or to
 * journald costs more than making the line.
 *
 * winston does not wait for a stream, so what its reader leaves would fill the memory. From 8 MiB on lines are lost
 * until the stream has taken all that waits; `onLost` is then told how many.
 */
export function gatherLines(stream: Writable, onLost: (lines: number) => void): Writable {
  let gathered: string[] = []
  let lost = 0

  function handOn(): void {
    const lines = gathered
    gathered = []
    if (lost === 0 && stream.writableLength < maxWaitingBytes) {
      stream.write(lines.join(''))
      return
    }
    if (lost === 0) stream.once('drain', goOn)
    lost += lines.length
  }

  function goOn(): void {
    const lines = lost
    lost = 0
    onLost(lines)
  }

  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      if (gathered.length === 0) process.nextTick(handOn)
      gathered.push(line)
      done()
    },
  })
}
