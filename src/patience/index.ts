// How long each gateway waits for an answer, learnt from its packets: `track.ts` reads one sign-in,
// `estimator.ts` and `estimate.ts` judge what many have shown, `watch.ts` does it for all gateways.
// No clock, no timer, no store: times come with the packets, what was learnt is plain JSON.
// May import `support/`.
export type { PatienceEstimate, StartingValue } from './estimate.ts'
export {
  createPatienceEstimator,
  type PatienceEstimator,
  type PatienceEstimatorOptions,
} from './estimator.ts'
export { memoryKey, memoryPrefix, type PatienceMemory, parseMemory } from './memory.ts'
export type { Observation } from './observation.ts'
export { type PatienceReport, reportPatience } from './report.ts'
export type { SeenEnd, SeenRequest } from './seen.ts'
export {
  type Allowance,
  createPatienceWatch,
  type PatienceWatch,
  type PatienceWatchOptions,
} from './watch.ts'
