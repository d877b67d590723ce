using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Notifies;

/// <summary>PPK_IDENTITY of a request (RFC 8784 §3): which preshared postquantum key is meant.</summary>
/// <param name="Type">1 opaque, 2 fixed (RFC 8784 §5.1); any other number is a value too.</param>
/// <param name="Identity">The name of the key.</param>
public sealed record PpkIdentity(byte Type, Octets Identity)
{
    /// <summary>PPK_ID_OPAQUE.</summary>
    public const byte Opaque = 1;

    /// <summary>PPK_ID_FIXED.</summary>
    public const byte Fixed = 2;

    /// <summary>Reads the identity; false for another notification and for the empty one of an answer.</summary>
    public static bool TryRead(NotifyPayload payload, out PpkIdentity? identity)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var isIdentity = payload.Notify == NotifyType.PpkIdentity && payload.Data.Length > 1;
        identity = isIdentity ? new(payload.Data.Span[0], new(payload.Data.Span[1..])) : null;
        return isIdentity;
    }

    /// <summary>The notification.</summary>
    public NotifyPayload ToPayload() => new(NotifyType.PpkIdentity, new([Type, .. Identity.Span]));
}
