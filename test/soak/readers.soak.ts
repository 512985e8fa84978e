import { describeReaders } from '../secrecy/describe-readers.ts'

describeReaders(1_000)
