import { describeReaders } from './describe-readers.ts'

// `npm run soak` does many more.
describeReaders(30)
