using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Fragments;

/// <summary>One piece of a message, opened (RFC 7383 §2.5).</summary>
/// <param name="Header">The header of its datagram.</param>
/// <param name="FirstInner">In the first piece the first payload of the message.</param>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Total">How many pieces there are.</param>
/// <param name="Text">What it carries, without padding.</param>
public sealed record IkeFragment(IkeHeader Header, PayloadType FirstInner, ushort Number, ushort Total, Octets Text);
