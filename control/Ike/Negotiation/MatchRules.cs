namespace IpsecDp.Ike.Negotiation;

/// <summary>What the exchange says about the proposals in it.</summary>
/// <param name="SpiLength">Octets of the SPI: 4 for a child, 8 for the rekey of an IKE SA, 0 for the first IKE SA.</param>
/// <param name="WithoutKeyExchange">Whether the exchange carries none, as IKE_AUTH does (RFC 7296 §1.2): then no method is looked at.</param>
/// <param name="SentMethod">The method of the KE payload beside the proposals; taken where it is acceptable, which saves a round trip.</param>
public readonly record struct MatchRules(int SpiLength, bool WithoutKeyExchange = false, ushort? SentMethod = null);
