import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Required before the tests: without it each thread of a store, and each process that a test starts,
// strips the types of its files again, which costs more than what it then does.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/compiled')
enableCompileCache(process.env.NODE_COMPILE_CACHE)
