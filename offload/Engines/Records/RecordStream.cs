namespace IpsecDp.Engines.Records;

/// <summary>Reads the records of a file one behind the other, binary or a line of JSON each, which the content tells and not the name; never more of it in memory than one record.</summary>
public sealed class RecordStream
{
    private const byte LineEnd = (byte)'\n';
    private const int LongestBinary = ushort.MaxValue;

    // A record of 1024 engines, the most a machine has, takes a third of it.
    private const int LongestLine = 1 << 20;

    private readonly Stream _input;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _from;
    private int _to;
    private long _offset;
    private bool _isAtEnd;

    /// <summary>Reads from where the stream stands.</summary>
    public RecordStream(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
    }

    /// <summary>All entries. Behind what is no record the next one is read where its beginning is known; otherwise the refusal is the last entry.</summary>
    public IEnumerable<RecordEntry> Read()
    {
        Fill();
        return IsJson(_buffer.AsSpan(_from, _to - _from)) ? ReadLines() : ReadBinary();
    }

    // A binary record has zeros at octets 2 and 3, where a line of JSON has a name.
    private static bool IsJson(ReadOnlySpan<byte> begin) => begin.Length > 2 && begin[0] == '{' && begin[2] != 0;

    private IEnumerable<RecordEntry> ReadBinary()
    {
        while (_to > _from)
        {
            var fault = RecordReader.TryRead(_buffer.AsSpan(_from, _to - _from), out var record, out var length);
            yield return new RecordEntry(_offset, record, fault);
            if (length == 0)
            {
                yield break;
            }

            Take(length, LongestBinary);
        }
    }

    private IEnumerable<RecordEntry> ReadLines()
    {
        while (_to > _from)
        {
            var length = Array.IndexOf(_buffer, LineEnd, _from, _to - _from) - _from;
            if (length < 0 && !_isAtEnd)
            {
                // Nothing of ours is that long; what follows the next line end may be.
                yield return new RecordEntry(_offset, null, RecordFault.WrongLength);
                if (!SkipLine())
                {
                    yield break;
                }

                continue;
            }

            var isWhole = length >= 0;
            length = isWhole ? length : _to - _from;
            var fault = RecordJsonReader.TryRead(_buffer.AsMemory(_from, length), out var record);
            // Only a write that was cut off leaves a line without an end.
            yield return new RecordEntry(_offset, record, fault == RecordFault.Foreign && !isWhole ? RecordFault.Truncated : fault);
            Take(length + (isWhole ? 1 : 0), LongestLine);
        }
    }

    private bool SkipLine()
    {
        while (_to > _from)
        {
            var length = Array.IndexOf(_buffer, LineEnd, _from, _to - _from) - _from;
            Take(length < 0 ? _to - _from : length + 1, LongestLine);
            if (length >= 0)
            {
                return _to > _from;
            }
        }

        return false;
    }

    private void Take(int octets, int needed)
    {
        _from += octets;
        _offset += octets;
        if (_to - _from < needed && !_isAtEnd)
        {
            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        while (_to < _buffer.Length)
        {
            var count = _input.Read(_buffer, _to, _buffer.Length - _to);
            if (count == 0)
            {
                _isAtEnd = true;
                return;
            }

            _to += count;
        }
    }
}
