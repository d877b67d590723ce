using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>A payload of a type that is not known and not critical; it is passed over (RFC 7296 §2.5).</summary>
/// <param name="Number">The type.</param>
/// <param name="Body">What it holds.</param>
public sealed record UnknownPayload(PayloadType Number, Octets Body) : IkePayload
{
    /// <inheritdoc/>
    public override PayloadType Type => Number;

    /// <inheritdoc/>
    public override int BodyLength => Body.Length;

    internal override void Write(ref PayloadWriter writer) => writer.Write(Body);
}
