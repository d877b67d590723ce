using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>V (RFC 7296 §3.12): what the peer calls itself or an extension.</summary>
public sealed record VendorIdPayload(Octets Vendor) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.VendorId;

    /// <inheritdoc/>
    public override int BodyLength => Vendor.Length;

    /// <summary>Reads the body whole, or says why not.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out VendorIdPayload? payload, out IkeFailure failure)
    {
        var isFit = body.Length <= PayloadLimits.VendorId;
        payload = isFit ? new(new Octets(body)) : null;
        failure = isFit ? IkeFailure.None : new(IkeFault.VendorIdLength, PayloadType.VendorId, body.Length);
        return isFit;
    }

    internal override void Write(ref PayloadWriter writer) => writer.Write(Vendor);
}
