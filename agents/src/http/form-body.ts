import { randomUUID } from "node:crypto";
import { utf8 } from "@firmament/core/bytes";

/** A multipart body that is made while it is sent. */
export interface FormBody {
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Writes a form: the fields, then the file where there is one (RFC 7578). The closing line is written only after the
 * file's last byte, so that a source that fails leaves a body that no receiver takes for whole.
 */
export function formBody(
  fields: Readonly<Record<string, string>>,
  name: string,
  file: AsyncIterable<Uint8Array> | undefined,
): FormBody {
  const boundary = `firmament-${randomUUID()}`;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const [field, value] of Object.entries(fields)) {
      yield utf8(`--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`);
    }
    if (file !== undefined) {
      const disposition = `form-data; name="${name}"; filename="${name}"`;
      yield utf8(
        `--${boundary}\r\ncontent-disposition: ${disposition}\r\ncontent-type: application/octet-stream\r\n\r\n`,
      );
      yield* file;
      yield utf8("\r\n");
    }
    yield utf8(`--${boundary}--\r\n`);
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, chunks: chunks() };
}
