using IpsecDp.Engines.Records;

namespace IpsecDp.Daemon.Records;

/// <summary>A file interval records are appended to, each with one write; a full file is set aside and a new one begun.</summary>
public sealed class RecordFile : IDisposable
{
    /// <summary>Files that were set aside and are kept, as FILE.1 (the latest) to FILE.4.</summary>
    public const int Kept = 4;

    /// <summary>Octets a file is set aside at where nobody says otherwise.</summary>
    public const long DefaultLimit = 16 * 1024 * 1024;

    private const byte LineEnd = (byte)'\n';

    private readonly string _path;
    private readonly long _limit;
    private FileStream _file;

    private RecordFile(string path, long limit, FileStream file, string? mended)
    {
        (_path, _limit, _file, Mended) = (path, limit, file, mended);
        Form = FormOf(path);
    }

    /// <summary>By the name: JSON where it ends in <c>.json</c> or <c>.jsonl</c>.</summary>
    public RecordForm Form { get; }

    /// <summary>What was cut off at the end of a file that a write broke off, in a sentence; null where nothing was.</summary>
    public string? Mended { get; }

    /// <summary>The form a file's name says.</summary>
    public static RecordForm FormOf(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? RecordForm.Json : RecordForm.Binary;

    /// <summary>Opens a file to append to, a torn record at its end cut off; throws <see cref="DaemonException"/> for one that cannot be written or holds something else.</summary>
    public static RecordFile Open(string path, long limit)
    {
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            try
            {
                return new RecordFile(path, limit, file, Mend(file, path));
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new DaemonException($"records cannot be written to {path}: {refusal.Message}");
        }
    }

    /// <summary>Appends a record; throws <see cref="IOException"/> with the file as it was before.</summary>
    public void Append(IntervalRecord record)
    {
        byte[] octets = Form == RecordForm.Json ? [.. RecordJson.Write(record).Span, LineEnd] : RecordWriter.Write(record);
        if (_file.Length > 0 && _file.Length + octets.Length > _limit)
        {
            SetAside();
        }

        var whole = _file.Length;
        try
        {
            _file.Write(octets);
        }
        catch (IOException)
        {
            // A disk that is full took a part of it.
            _file.SetLength(whole);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string? Mend(FileStream file, string path)
    {
        var octets = new byte[file.Length];
        file.ReadExactly(octets);
        var whole = FormOf(path) == RecordForm.Json ? Array.LastIndexOf(octets, LineEnd) + 1 : WholeRecords(octets, path);
        file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        return whole == octets.Length ? null : $"{path} ended in a record of {octets.Length - whole} octets that a write broke off; they were cut off";
    }

    private static int WholeRecords(byte[] octets, string path)
    {
        var at = 0;
        while (at < octets.Length)
        {
            var fault = RecordReader.TryRead(octets.AsSpan(at), out _, out var length);
            if (fault == RecordFault.Truncated)
            {
                break;
            }

            if (length == 0)
            {
                throw new DaemonException($"{path} holds something else than interval records at octet {at}: {RecordFaults.Sentence(fault)} Name another file");
            }

            // One that was damaged is the reader's to tell; its neighbours are whole.
            at += length;
        }

        return at;
    }

    private void SetAside()
    {
        for (var number = Kept; number > 1; number--)
        {
            if (File.Exists($"{_path}.{number - 1}"))
            {
                File.Move($"{_path}.{number - 1}", $"{_path}.{number}", overwrite: true);
            }
        }

        File.Move(_path, $"{_path}.1", overwrite: true);

        // The former file is kept until there is another to write to.
        var next = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _file.Dispose();
        _file = next;
    }
}
