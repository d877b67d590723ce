using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>SKF (RFC 7383 §2.5), closed: one piece of an encrypted message.</summary>
/// <param name="FirstInner">The first payload inside the whole message, in the first piece; else none.</param>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Total">How many pieces there are.</param>
/// <param name="Sealed">IV, ciphertext and ICV.</param>
public sealed record EncryptedFragmentPayload(PayloadType FirstInner, ushort Number, ushort Total, Octets Sealed) : IkePayload
{
    /// <summary>Octets of number and total, which are associated and not encrypted.</summary>
    public const int NumbersLength = 4;

    /// <inheritdoc/>
    public override PayloadType Type => PayloadType.EncryptedFragment;

    /// <inheritdoc/>
    public override int BodyLength => NumbersLength + Sealed.Length;

    /// <summary>Reads the body behind a generic header that names <paramref name="firstInner"/>, or says why not.</summary>
    public static bool TryRead(PayloadType firstInner, ReadOnlySpan<byte> body, [NotNullWhen(true)] out EncryptedFragmentPayload? payload, out IkeFailure failure)
    {
        payload = TryReadNumbers(body, out var number, out var total, out failure) ? new(firstInner, number, total, new(body[NumbersLength..])) : null;
        return payload is not null;
    }

    /// <summary>Reads number and total, which have to make sense together.</summary>
    public static bool TryReadNumbers(ReadOnlySpan<byte> body, out ushort number, out ushort total, out IkeFailure failure)
    {
        var reader = new PayloadReader(body);
        total = 0;
        if (!reader.TryReadUInt16(out number) || !reader.TryReadUInt16(out total))
        {
            failure = new(IkeFault.BodyTooShort, PayloadType.EncryptedFragment, body.Length);
            return false;
        }

        failure = number switch
        {
            _ when number == 0 || number > total => new(IkeFault.FragmentNumbers, PayloadType.EncryptedFragment, number),
            _ when total > PayloadLimits.Fragments => new(IkeFault.TooManyFragments, PayloadType.EncryptedFragment, total),
            _ => IkeFailure.None,
        };
        return failure.Fault == IkeFault.None;
    }

    internal override void Write(ref PayloadWriter writer)
    {
        writer.Word(Number);
        writer.Word(Total);
        writer.Write(Sealed);
    }
}
