using System.IO.MemoryMappedFiles;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Machine code this process assembled, for as long as the process lives.</summary>
/// <remarks>It is written through one view and run through another, so that no page is ever writable and executable at once.</remarks>
internal sealed unsafe class MachineCode
{
    private readonly byte* _start;
    private readonly int _length;

    private MachineCode(byte* start, int length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>Where an octet of the code can be called; throws <see cref="ArgumentOutOfRangeException"/> outside of it.</summary>
    public void* At(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, _length);
        return _start + offset;
    }

    /// <summary>Loads position-independent code; null where the system maps no memory of this process for execution.</summary>
    public static MachineCode? TryLoad(ReadOnlySpan<byte> code)
    {
        try
        {
            using MemoryMappedFile file = MemoryMappedFile.CreateNew(null, code.Length, MemoryMappedFileAccess.ReadWriteExecute);
            using (MemoryMappedViewStream writing = file.CreateViewStream(0, code.Length, MemoryMappedFileAccess.ReadWrite))
            {
                writing.Write(code);
            }

            using MemoryMappedViewAccessor running = file.CreateViewAccessor(0, code.Length, MemoryMappedFileAccess.ReadExecute);
            byte* start = null;

            // Never released, which keeps the pages mapped when the view is disposed: nobody knows who still calls them.
            running.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new MachineCode(start, code.Length);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
