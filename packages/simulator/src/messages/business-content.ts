import type { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import { z } from 'zod';
import type { ComposeContext } from './compose.js';

const messageId = z.string().min(1).max(128);
const label = z.string().max(1_024);
/** In thousandths of the currency's unit, as the protocol counts. */
const amount1000 = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** ISO 4217, such as `EUR`. */
const currency = z.string().regex(/^[A-Z]{3}$/);

/** What businesses sell, and asking for money. Nothing is paid: the simulator has no payment service. */
export const businessContents = [
  z.object({
    kind: z.literal('product'),
    id: messageId,
    title: label,
    description: z.string().max(65_536).optional(),
    amount1000: amount1000.optional(),
    currency: currency.optional(),
    url: z.string().max(2_048).optional(),
    /** Who sells it: phone number or JID. */
    owner: z.string().max(64),
    text: z.string().max(65_536).optional(),
    footer: label.optional(),
  }),
  z.object({
    kind: z.literal('order'),
    id: messageId,
    title: label,
    itemCount: z.number().int().min(1),
    amount1000,
    currency,
    /** Who sells: phone number or JID. */
    seller: z.string().max(64),
    text: z.string().max(65_536).optional(),
    status: z.enum(['inquiry', 'accepted', 'declined']).optional(),
    /** What a client needs to ask for the details. */
    token: z.string().max(1_024).optional(),
  }),
  z.object({
    kind: z.literal('paymentRequest'),
    amount1000,
    currency,
    /** Who is to pay: phone number or JID. */
    from: z.string().max(64),
    /** Epoch milliseconds. */
    expiresAt: z.number().int().positive().optional(),
    text: z.string().max(65_536).optional(),
  }),
] as const;

/** What is said to a request for money, `of` being its id; empty in what a client sent that did not say which. */
export const paymentReplies = [
  z.object({
    kind: z.literal('payment'),
    of: z.string().max(128),
    text: z.string().max(65_536).optional(),
  }),
  z.object({ kind: z.literal('paymentDecline'), of: z.string().max(128) }),
] as const;

type BusinessContent = z.infer<(typeof businessContents)[number]>;
type PaymentReply = z.infer<(typeof paymentReplies)[number]>;
type BusinessOf<K extends BusinessContent['kind']> = Extract<BusinessContent, { kind: K }>;

const ORDER_STATUSES = ['inquiry', 'accepted', 'declined'] as const;

/** Writes such a content; undefined for any other. */
export function composeBusiness(
  content: { kind: string } | BusinessContent,
  context: Pick<ComposeContext, 'addressOf'>,
): proto.IMessage | undefined {
  const business = content as BusinessContent;
  switch (business.kind) {
    case 'product':
      return composeProduct(business, context.addressOf(business.owner));
    case 'order':
      return composeOrder(business, context.addressOf(business.seller));
    case 'paymentRequest':
      return composePaymentRequest(business, context.addressOf(business.from));
    default:
      return undefined;
  }
}

/** Writes what is said to a request for money. */
export function composePaymentReply(reply: PaymentReply, key: proto.IMessageKey): proto.IMessage {
  if (reply.kind === 'paymentDecline') return { declinePaymentRequestMessage: { key } };
  return { sendPaymentMessage: { requestMessageKey: key, ...noteOf(reply.text) } };
}

/** Reads such a content; undefined for any other message. */
export function readBusiness(message: proto.IMessage): BusinessContent | PaymentReply | undefined {
  const { productMessage, orderMessage, requestPaymentMessage, sendPaymentMessage } = message;
  if (productMessage?.product) return readProduct(productMessage, productMessage.product);
  if (orderMessage) return readOrder(orderMessage);
  if (requestPaymentMessage) return readPaymentRequest(requestPaymentMessage);
  if (sendPaymentMessage) {
    const of = sendPaymentMessage.requestMessageKey?.id ?? '';
    return { kind: 'payment', of, ...optional('text', noteTextOf(sendPaymentMessage.noteMessage)) };
  }
  const declined = message.declinePaymentRequestMessage;
  return declined ? { kind: 'paymentDecline', of: declined.key?.id ?? '' } : undefined;
}

function composeProduct(product: BusinessOf<'product'>, businessOwnerJid: string): proto.IMessage {
  return {
    productMessage: {
      businessOwnerJid,
      body: product.text ?? null,
      footer: product.footer ?? null,
      product: {
        productId: product.id,
        title: product.title,
        description: product.description ?? null,
        priceAmount1000: product.amount1000 ?? null,
        currencyCode: product.currency ?? null,
        url: product.url ?? null,
      },
    },
  };
}

function readProduct(
  { businessOwnerJid, body, footer }: proto.Message.IProductMessage,
  product: proto.Message.ProductMessage.IProductSnapshot,
): BusinessOf<'product'> {
  return {
    kind: 'product',
    id: product.productId ?? '',
    title: product.title ?? '',
    owner: businessOwnerJid ?? '',
    ...optional('description', product.description),
    ...(product.priceAmount1000 == null ? {} : { amount1000: Number(product.priceAmount1000) }),
    ...optional('currency', product.currencyCode),
    ...optional('url', product.url),
    ...optional('text', body),
    ...optional('footer', footer),
  };
}

function composeOrder(order: BusinessOf<'order'>, sellerJid: string): proto.IMessage {
  return {
    orderMessage: {
      orderId: order.id,
      orderTitle: order.title,
      itemCount: order.itemCount,
      totalAmount1000: order.amount1000,
      totalCurrencyCode: order.currency,
      sellerJid,
      message: order.text ?? null,
      token: order.token ?? null,
      status: ORDER_STATUSES.indexOf(order.status ?? 'inquiry') + 1,
      // A catalogue, the only one there is.
      surface: 1,
    },
  };
}

function readOrder(order: proto.Message.IOrderMessage): BusinessOf<'order'> {
  const status = ORDER_STATUSES[(order.status ?? 0) - 1];
  return {
    kind: 'order',
    id: order.orderId ?? '',
    title: order.orderTitle ?? '',
    itemCount: order.itemCount ?? 0,
    amount1000: Number(order.totalAmount1000 ?? 0),
    currency: order.totalCurrencyCode ?? '',
    seller: order.sellerJid ?? '',
    ...(status ? { status } : {}),
    ...optional('text', order.message),
    ...optional('token', order.token),
  };
}

function composePaymentRequest(request: BusinessOf<'paymentRequest'>, requestFrom: string): proto.IMessage {
  const { amount1000: value, currency: currencyCode, expiresAt } = request;
  return {
    requestPaymentMessage: {
      amount1000: value,
      currencyCodeIso4217: currencyCode,
      amount: { value, offset: 1_000, currencyCode },
      requestFrom,
      ...(expiresAt === undefined ? {} : { expiryTimestamp: Math.floor(expiresAt / 1_000) }),
      ...noteOf(request.text),
    },
  };
}

function readPaymentRequest(request: proto.Message.IRequestPaymentMessage): BusinessOf<'paymentRequest'> {
  const { amount1000: value, currencyCodeIso4217, requestFrom, expiryTimestamp, noteMessage } = request;
  return {
    kind: 'paymentRequest',
    amount1000: Number(value ?? 0),
    currency: currencyCodeIso4217 ?? '',
    from: requestFrom ?? '',
    ...(Number(expiryTimestamp ?? 0) > 0 ? { expiresAt: Number(expiryTimestamp) * 1_000 } : {}),
    ...optional('text', noteTextOf(noteMessage)),
  };
}

function noteOf(text: string | undefined): { noteMessage?: proto.IMessage } {
  return text === undefined ? {} : { noteMessage: { extendedTextMessage: { text } } };
}

function noteTextOf(note: proto.IMessage | null | undefined): string | null | undefined {
  return note?.extendedTextMessage?.text ?? note?.conversation;
}

function optional<K extends string>(name: K, text: string | null | undefined): { [name in K]?: string } {
  return (text ? { [name]: text } : {}) as { [name in K]?: string };
}
