using System.Buffers.Binary;

namespace IpsecDp.Engines.Records;

/// <summary>Writes the fields of a section one behind the other.</summary>
internal ref struct RecordFields(Span<byte> section)
{
    private readonly Span<byte> _section = section;
    private int _at;

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_section[_at..], value);
        _at += sizeof(ulong);
    }

    public void Write(long value) => Write((ulong)value);

    public void Write(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_section[_at..], value);
        _at += sizeof(uint);
    }

    public void Write(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_section[_at..], value);
        _at += sizeof(ushort);
    }

    public void Write(WorkCount count)
    {
        Write(count.Jobs);
        Write(count.Packets);
        Write(count.Bytes);
    }
}
