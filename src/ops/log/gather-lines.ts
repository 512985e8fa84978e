import { Writable } from 'node:stream'

/**
 * Hands lines on in one piece at the end of each turn of the event loop, before anything that comes from
 * outside is looked at. Under load dozens of sign-ins end in one turn, and a write into a file or to
 * journald costs more than making the line.
 */
export function gatherLines(stream: Writable): Writable {
  let gathered = ''

  function handOn(): void {
    const text = gathered
    gathered = ''
    stream.write(text)
  }

  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      if (gathered === '') process.nextTick(handOn)
      gathered += line
      done()
    },
  })
}
