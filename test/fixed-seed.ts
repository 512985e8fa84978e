// `npm test` tries the same values each time, so that a commit that passed once passes again.
// `npm run soak` runs the property tests without this, with new values each time.
import fc from 'fast-check'

fc.configureGlobal({ seed: 20_261_130 })
