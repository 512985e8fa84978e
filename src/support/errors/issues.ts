import type * as z from 'zod'

/**
 * What is wrong with arguments, one line for each issue: which argument, and what is expected. Names that the schema
 * does not know are left out, as values are: something secret may be there by mistake.
 */
export function formatIssues(error: z.ZodError): string {
  return error.issues
    .map(({ code, path, message }) => {
      const text = code === 'unrecognized_keys' ? 'has something that is not known here' : message
      const at = path.join('.')
      return at === '' ? text : `${at}: ${text}`
    })
    .join('\n')
}
