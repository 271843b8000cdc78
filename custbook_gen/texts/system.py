"""Texts: what the operating system says of files, by the names of its errors (:mod:`errno`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "system.EACCES": ("没有权限", "Permission denied"),
    "system.EBUSY": ("正被占用", "Device or resource busy"),
    "system.EDQUOT": ("超出磁盘配额", "Disk quota exceeded"),
    "system.EFBIG": ("文件太大", "File too large"),
    "system.EHOSTDOWN": ("主机没有开机", "Host is down"),
    "system.EHOSTUNREACH": ("连不上主机", "No route to host"),
    "system.EILSEQ": ("名称里有不能用的字符", "Illegal characters in the name"),
    "system.EINVAL": ("名称或参数无效", "Invalid argument"),
    "system.EIO": ("读写出错", "Input/output error"),
    "system.EISDIR": ("是文件夹", "Is a directory"),
    "system.ELOOP": ("符号链接绕成了圈", "Too many levels of symbolic links"),
    "system.EMFILE": ("打开的文件太多", "Too many open files"),
    "system.ENAMETOOLONG": ("名称太长", "File name too long"),
    "system.ENETUNREACH": ("连不上网络", "Network is unreachable"),
    "system.ENFILE": ("打开的文件太多", "Too many open files in system"),
    "system.ENODEV": ("没有这个设备", "No such device"),
    "system.ENOENT": ("没有这个文件或文件夹", "No such file or directory"),
    "system.ENOMEM": ("内存不足", "Cannot allocate memory"),
    "system.ENOSPC": ("磁盘已满", "No space left on device"),
    "system.ENOTDIR": ("路径中有一段不是文件夹", "Not a directory"),
    "system.ENOTEMPTY": ("文件夹不是空的", "Directory not empty"),
    "system.ENXIO": ("没有这个设备", "No such device or address"),
    "system.EPERM": ("不允许这样做", "Operation not permitted"),
    "system.EROFS": ("这个位置只读", "Read-only file system"),
    "system.ESTALE": ("网络位置上的文件已失效", "Stale file handle"),
    "system.ETIMEDOUT": ("连接超时", "Connection timed out"),
    "system.ETXTBSY": ("正被程序使用", "Text file busy"),
    "system.EXDEV": ("不在同一个磁盘上", "Invalid cross-device link"),
}
