// SES's errors as the REST-JSON protocol carries them: status, x-amzn-errortype, message.

const STATUS = {
  AccountSuspendedException: 400,
  BadRequestException: 400,
  InternalFailure: 500,
  InvalidNextTokenException: 400,
  InvalidSignatureException: 403,
  LimitExceededException: 400,
  MailFromDomainNotVerifiedException: 400,
  MessageRejected: 400,
  MissingAuthenticationTokenException: 403,
  NotFoundException: 404,
  SendingPausedException: 400,
  ServiceUnavailable: 503,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const;

/** The error types the stand-in answers with. */
export type SesErrorType = keyof typeof STATUS;

/** An error as the service words it. Caught at the door and rendered; never leaves the stand-in otherwise. */
export class SesFailure extends Error {
  readonly type: SesErrorType;

  constructor(type: SesErrorType, message: string) {
    super(message);
    this.name = 'SesFailure';
    this.type = type;
  }

  /** The answer, as the SDK expects it. */
  toResponse(requestId: string): Response {
    return Response.json(
      { message: this.message },
      {
        status: STATUS[this.type],
        headers: { 'x-amzn-errortype': this.type, 'x-amzn-requestid': requestId },
      },
    );
  }
}
