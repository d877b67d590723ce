using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;

namespace IpsecDp.Ike.Messages;

/// <summary>Payloads one behind the other, each naming the next (RFC 7296 §3.2).</summary>
public static class PayloadChain
{
    /// <summary>Octets of a chain.</summary>
    public static int LengthOf(ValueList<IkePayload> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        return payloads.Sum(payload => payload.WireLength);
    }

    /// <summary>Reads a chain whole, or says why not; <paramref name="isInside"/> for the chain an SK payload held, which holds no other.</summary>
    public static bool TryRead(PayloadType first, ReadOnlySpan<byte> octets, bool isInside, out ValueList<IkePayload> payloads, out IkeFailure failure)
    {
        payloads = [];
        var read = new List<IkePayload>();
        var seen = default(UInt128);
        var walker = new PayloadWalker(first, octets);
        while (walker.MoveNext())
        {
            var type = walker.Current.Type;
            if (isInside && PayloadTypes.IsEncrypted(type))
            {
                failure = new(IkeFault.NestedEncryption, type);
                return false;
            }

            var mark = PayloadTypes.IsSingle(type) ? UInt128.One << (byte)type : UInt128.Zero;
            if ((seen & mark) != 0)
            {
                failure = new(IkeFault.DuplicatePayload, type, (byte)type);
                return false;
            }

            seen |= mark;
            if (!PayloadParser.TryRead(walker.Current, out var payload, out failure))
            {
                return false;
            }

            read.Add(payload!);
        }

        failure = walker.Failure;
        payloads = failure.Fault == IkeFault.None ? [.. read] : [];
        return failure.Fault == IkeFault.None;
    }

    /// <summary>Writes a chain into as many octets as <see cref="LengthOf"/> says.</summary>
    public static void Write(ValueList<IkePayload> payloads, Span<byte> octets)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        var writer = new PayloadWriter(octets);
        for (var i = 0; i < payloads.Count; i++)
        {
            writer.Octet((byte)NextOf(payloads, i));
            writer.Reserved(1);
            writer.Word(payloads[i].WireLength);
            payloads[i].Write(ref writer);
        }
    }

    /// <summary>The type the header in front of a chain names.</summary>
    public static PayloadType FirstOf(ValueList<IkePayload> payloads)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        return payloads.Count == 0 ? PayloadType.None : payloads[0].Type;
    }

    private static PayloadType NextOf(ValueList<IkePayload> payloads, int index) => payloads[index] switch
    {
        EncryptedPayload encrypted => encrypted.FirstInner,
        EncryptedFragmentPayload fragment => fragment.FirstInner,
        _ => index + 1 < payloads.Count ? payloads[index + 1].Type : PayloadType.None,
    };
}
