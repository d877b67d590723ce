using System.Buffers.Binary;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Framing;

/// <summary>Walks a chain of payloads by their generic headers, which IKEv1 and IKEv2 share; ends behind SK and SKF, whose next payload is inside.</summary>
/// <remarks>Each step takes at least a header's octets, so that a walk ends whatever the chain says.</remarks>
public ref struct PayloadWalker(PayloadType first, ReadOnlySpan<byte> octets, int offset = 0)
{
    private const byte CriticalBit = 0x80;

    private readonly ReadOnlySpan<byte> _octets = octets;
    private PayloadType _next = first;
    private int _at = offset;
    private int _count;

    /// <summary>The payload found last.</summary>
    public PayloadFrame Current { get; private set; }

    /// <summary>Why the walk ended early; <see cref="IkeFault.None"/> when it ended where the chain does.</summary>
    public IkeFailure Failure { get; private set; }

    /// <summary>Goes to the next payload; false at the end and at a failure.</summary>
    public bool MoveNext()
    {
        if (_next == PayloadType.None)
        {
            return _at == _octets.Length ? false : Fail(IkeFault.OctetsBehindChain, _octets.Length - _at);
        }

        var rest = _octets[_at..];
        if (_count++ == PayloadLimits.Payloads)
        {
            return Fail(IkeFault.TooManyPayloads, PayloadLimits.Payloads);
        }

        if (rest.Length < PayloadFrame.HeaderLength)
        {
            return Fail(IkeFault.PayloadTruncated, rest.Length);
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (length < PayloadFrame.HeaderLength)
        {
            return Fail(IkeFault.PayloadTooShort, length);
        }

        if (length > rest.Length)
        {
            return Fail(IkeFault.PayloadPastEnd, length);
        }

        Current = new(_next, (PayloadType)rest[0], (rest[1] & CriticalBit) != 0, _at + PayloadFrame.HeaderLength, rest[PayloadFrame.HeaderLength..length]);
        // RFC 7296 §3.14: SK is the last payload, its next payload is the first one inside.
        _next = PayloadTypes.IsEncrypted(Current.Type) ? PayloadType.None : Current.Next;
        _at += length;
        return true;
    }

    private bool Fail(IkeFault fault, int detail)
    {
        Failure = new(fault, _next, detail);
        _next = PayloadType.None;
        _at = _octets.Length;
        return false;
    }
}
