using System.IO.MemoryMappedFiles;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>Machine code this process assembled, for as long as the process lives.</summary>
/// <remarks>It is written through one view and run through another, so that no page is ever writable and executable at once.</remarks>
internal sealed unsafe class MachineCode
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private MachineCode(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        _file = file;
        _view = view;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Where an octet of the code can be called; throws <see cref="ArgumentOutOfRangeException"/> outside of it.</summary>
    public void* At(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, _view.Capacity);
        return _start + offset;
    }

    /// <summary>Loads position-independent code; null where the system lets no process make code (W^X by SELinux, a sealed container).</summary>
    public static MachineCode? TryLoad(ReadOnlySpan<byte> code)
    {
        MemoryMappedFile? file = null;
        try
        {
            file = MemoryMappedFile.CreateNew(null, code.Length, MemoryMappedFileAccess.ReadWriteExecute);
            using (MemoryMappedViewStream writing = file.CreateViewStream(0, code.Length, MemoryMappedFileAccess.ReadWrite))
            {
                writing.Write(code);
            }

            return new MachineCode(file, file.CreateViewAccessor(0, code.Length, MemoryMappedFileAccess.ReadExecute));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            return null;
        }
    }
}
