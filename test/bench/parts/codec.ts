import { format, median, type Section } from '../figures.ts'
import { answer, answerWithPackage, measure, type WireMeasurement } from './codec-work.ts'

const rounds = 5
const packets = 40_000

/** Bytes in, bytes out, without a socket: ours and the `radius` package by turns in this process. */
export function benchCodec(): Section[] {
  const ours: WireMeasurement[] = []
  const theirs: WireMeasurement[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(measure(answer, packets))
    theirs.push(measure(answerWithPackage, packets / 4))
  }
  const middle = (side: readonly WireMeasurement[]) => ({
    rate: median(side.map(({ packetsPerSecond }) => packetsPerSecond)),
    cpu: median(side.map(({ cpuMicrosecondsPerPacket }) => cpuMicrosecondsPerPacket)),
  })
  const [mine, peer] = [middle(ours), middle(theirs)]
  return [
    {
      title: 'Decode, verify, decrypt, encode and sign, without a socket',
      columns: ['', 'a second on one core', 'CPU each, µs'],
      rows: [
        ['Holdfast `src/radius`', format(mine.rate), format(mine.cpu, 1)],
        ['`radius` 1.1.4 from npm', format(peer.rate), format(peer.cpu, 1)],
      ],
      notes: [`${format(peer.cpu / mine.cpu, 1)} times less CPU than the \`radius\` package.`],
    },
  ]
}
