using System.Buffers.Binary;

namespace IpsecDp.Engines.Records;

/// <summary>Reads the fields of a section one behind the other; <see cref="IsImpossible"/> says that one was out of its range.</summary>
internal ref struct RecordFigures(ReadOnlySpan<byte> section)
{
    private readonly ReadOnlySpan<byte> _section = section;
    private int _at;

    /// <summary>Whether a count or time had its highest bit set, which none has.</summary>
    public bool IsImpossible { get; private set; }

    public ulong ReadRaw()
    {
        var value = BinaryPrimitives.ReadUInt64BigEndian(_section[_at..]);
        _at += sizeof(ulong);
        return value;
    }

    /// <summary>A count or a time.</summary>
    public long Read()
    {
        var value = (long)ReadRaw();
        IsImpossible |= value is < 0 or > long.MaxValue / 256;
        return value;
    }

    public uint Read32()
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(_section[_at..]);
        _at += sizeof(uint);
        return value;
    }

    public ushort Read16()
    {
        var value = BinaryPrimitives.ReadUInt16BigEndian(_section[_at..]);
        _at += sizeof(ushort);
        return value;
    }

    public WorkCount ReadCount() => new(Read(), Read(), Read());
}
