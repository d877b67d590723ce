using System.Buffers.Binary;

namespace IpsecDp.Ike.Messages.Framing;

/// <summary>A cursor over the octets of a payload: every read is checked against what is left, a read that fails moves nothing.</summary>
public ref struct PayloadReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    /// <summary>Octets left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Whether all was read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads one octet.</summary>
    public bool TryReadByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        return TrySkip(1);
    }

    /// <summary>Reads two octets, the high one first.</summary>
    public bool TryReadUInt16(out ushort value) => BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value) && TrySkip(2);

    /// <summary>Reads four octets, the high one first.</summary>
    public bool TryReadUInt32(out uint value) => BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value) && TrySkip(4);

    /// <summary>Takes that many octets.</summary>
    public bool TryReadOctets(int length, out ReadOnlySpan<byte> octets)
    {
        octets = length >= 0 && length <= _rest.Length ? _rest[..length] : default;
        return TrySkip(length);
    }

    /// <summary>Leaves out octets, such as reserved ones, which are not looked at (RFC 7296 §3.1).</summary>
    public bool TrySkip(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    /// <summary>Takes all that is left.</summary>
    public ReadOnlySpan<byte> ReadRest()
    {
        var rest = _rest;
        _rest = default;
        return rest;
    }
}
