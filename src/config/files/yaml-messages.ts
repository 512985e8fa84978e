import type { YAMLError } from 'yaml'

/** What is wrong, by the code of the parser. Its own texts quote the file, where secrets may be beside the mistake. */
const messages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  ALIAS_PROPS: 'an alias (*name) takes no tag and no anchor',
  BAD_ALIAS:
    'this is read as an alias (*name), and no anchor has that name; put the text in quotes',
  BAD_DIRECTIVE: 'this is read as a directive (%); put the text in quotes',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes starts an escape that YAML does not know; use single quotes',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_SCALAR_START: 'a text cannot start with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a mapping or list starts where only one value can be; put a text with ": " in quotes',
  BLOCK_IN_FLOW:
    'inside { } and [ ] everything is in this form; put a text with special characters in quotes',
  DUPLICATE_KEY: 'Map keys must be unique',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR:
    'a character is missing here, such as ":" with a blank after a key, a comma, a closing quote or a closing bracket',
  MULTILINE_IMPLICIT_KEY:
    'a key does not end on its line; a ":" with a blank is missing after it, or a quote',
  MULTIPLE_DOCS: 'the file holds several documents (---); one is read',
  NON_STRING_KEY: 'a key must be a text; put it in quotes',
  TAB_AS_INDENT: 'a tab cannot indent; use blanks',
  TAG_RESOLVE_FAILED:
    'this is read as a tag (!name) that YAML does not know; put the text in quotes',
  UNEXPECTED_TOKEN:
    'there is something here that does not belong in this place; put a text with special characters in quotes',
  BAD_COLLECTION_TYPE: 'this is read as a tag (!name) that does not fit; put the text in quotes',
}

/** The message for a mistake in the form of a YAML file, without a word of the file. */
export function yamlMessage(error: Pick<YAMLError, 'code'>): string {
  return messages[error.code] ?? 'this is not YAML'
}
