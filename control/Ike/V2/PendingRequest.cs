using IpsecDp.Ike.Messages.Header;

namespace IpsecDp.Ike.V2;

/// <summary>A request that waits for its answer.</summary>
internal sealed class PendingRequest(ExchangeType exchange, uint messageId, IReadOnlyList<byte[]> datagrams, DateTimeOffset sentAt)
{
    /// <summary>The exchange.</summary>
    public ExchangeType Exchange { get; } = exchange;

    /// <summary>Its number.</summary>
    public uint MessageId { get; } = messageId;

    /// <summary>What is sent again, octet for octet (RFC 7296 §2.1).</summary>
    public IReadOnlyList<byte[]> Datagrams { get; } = datagrams;

    /// <summary>When it was sent first.</summary>
    public DateTimeOffset SentAt { get; } = sentAt;

    /// <summary>How often it was sent.</summary>
    public int Sends { get; set; } = 1;

    /// <summary>When it is sent again or given up.</summary>
    public DateTimeOffset DueAt { get; set; }
}
