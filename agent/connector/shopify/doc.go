// Package shopify is the connector to Shopify's Admin API.
//
// It writes on hand with a compare: a request says from which quantity to which,
// so that what moved meanwhile is noticed and a request that is carried out twice
// fails by itself. Beside that stands the shop's own key, which makes a repeat
// harmless for a day. It reads on hand with the time of its last change, and what
// moved from the orders: fulfilments, sales at the till, restocked refunds.
//
// Times of the shop are told apart from ours by the Date header of its answers.
// No answer is believed further than it proves: see send.go.
package shopify
