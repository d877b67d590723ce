namespace IpsecDp.Adapters.Windows;

/// <summary>The Windows error codes WinDivert gives, each with one sentence that says what to do.</summary>
public static class WinDivertError
{
    public const int FileNotFound = 2;
    public const int AccessDenied = 5;
    public const int InvalidHandle = 6;
    public const int BadCommand = 22;
    public const int InvalidParameter = 87;
    public const int InsufficientBuffer = 122;
    public const int NoData = 232;
    public const int InvalidImageHash = 577;
    public const int FailedDriverEntry = 654;
    public const int OperationAborted = 995;
    public const int IoPending = 997;
    public const int ServiceDisabled = 1058;
    public const int ServiceDoesNotExist = 1060;
    public const int HostUnreachable = 1232;
    public const int DriverBlocked = 1275;
    public const int NoSystemResources = 1450;
    public const int EndpointNotRegistered = 1753;

    /// <summary>The sentence of a code.</summary>
    public static string Describe(int code) => code switch
    {
        FileNotFound => "the driver file is missing: lay WinDivert64.sys beside WinDivert.dll",
        AccessDenied => "only an administrator may use the driver: start the program as administrator or as a service of the system account",
        InvalidHandle => "the handle is closed: start again, and report it with the lines above",
        BadCommand => "the handle is in a state in which this cannot be done: start again, and report it with the lines above",
        InvalidParameter => "the driver does not take the filter, the flags or this use of the handle: report it with the filter shown",
        InsufficientBuffer => "a packet and the room for it do not agree: report it with the lines above",
        NoData => "the handle was shut down: start again if it was not you who stopped it",
        InvalidImageHash => "Windows does not accept the driver's signature: take WinDivert64.sys from the signed release 2.2.2, and see that Windows has its root certificates",
        FailedDriverEntry => "another version of the driver is loaded: stop the program that uses it (\"sc query WinDivert\"), then \"sc stop WinDivert\" or restart Windows",
        OperationAborted => "the call was cancelled because the handle was closed: start again if it was not you who stopped it",
        IoPending => "the call was left pending, which a blocking call never is: report it with the lines above",
        ServiceDisabled => "the driver's service is disabled: \"sc config WinDivert start= demand\", then start again",
        ServiceDoesNotExist => "the driver is not installed: start once as administrator without forbidding its installation",
        HostUnreachable => "a packet that other drivers injected has gone in circles until its hop limit ran out: find the other packet filter on this host and exempt this program",
        DriverBlocked => "security software or Windows' block list keeps the driver from loading: allow WinDivert64.sys 2.2.2 there",
        NoSystemResources => "Windows has no memory left for packets: close programs or lower the load",
        EndpointNotRegistered => "the Base Filtering Engine is off: \"sc config bfe start= auto\" and \"net start bfe\"",
        _ => $"Windows error {code}: look it up with \"net helpmsg {code}\"",
    };

    /// <summary>An exception whose message says what was tried, why it failed and what to do.</summary>
    public static AdapterException ToException(string attempt, int code) => new($"{attempt} failed with error {code}: {Describe(code)}.");
}
