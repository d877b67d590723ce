using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Models;

/// <summary>All an endpoint is configured with; replaced whole.</summary>
public sealed record IkeModel
{
    /// <summary>Connections in the order they are looked at.</summary>
    public ValueList<ConnectionModel> Connections { get; init; } = [];

    /// <summary>How requests are sent again.</summary>
    public RetransmissionModel Retransmission { get; init; } = RetransmissionModel.Default;

    /// <summary>Bounds against floods.</summary>
    public LimitsModel Limits { get; init; } = new();

    /// <summary>What tokens for peers are made with (RFC 6290), the same before and after a restart; its owner zeroes it. Null: no tokens are made.</summary>
    public SecretBytes? CrashSecret { get; init; }

    /// <summary>Whether the keys of each IKE SA are told by <see cref="IkeEvent.KeysRevealed"/>; whoever has them reads everything.</summary>
    public bool RevealsKeys { get; init; }

    /// <summary>No connection: everything is refused.</summary>
    public static IkeModel Empty { get; } = new();
}
