namespace IpsecDp.Ike;

/// <summary>All a state may use from outside itself: the time, the dice, and where results go.</summary>
/// <param name="Now">The time of this turn; it never goes back from one turn to the next.</param>
/// <param name="Entropy">The dice.</param>
/// <param name="Outbox">Where datagrams and events go.</param>
/// <param name="Traffic">What children took, where somebody counts it: a peer that sends is not asked whether it lives.</param>
public readonly record struct IkeTurn(DateTimeOffset Now, IEntropy Entropy, IkeOutbox Outbox, IInboundTraffic? Traffic = null);
