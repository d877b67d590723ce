namespace IpsecDp.Adapters.Linux;

/// <summary>The error numbers of Linux that the ports act on.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NoDevice = 19;
    public const int Invalid = 22;
    public const int MessageTooLong = 90;
    public const int ProtocolNotSupported = 93;
    public const int FamilyNotSupported = 97;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NoBufferSpace = 105;
    public const int ConnectionRefused = 111;

    /// <summary>What the C library says to a number.</summary>
    public static string Text(int number) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(number);
}
